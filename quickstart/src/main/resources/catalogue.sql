insert into Category (id, name) values (1, 'Tea'), (2, 'Coffee'), (3, 'Cups');
insert into Product (id, version, sku, name, price, category_id) values (1, 0, 'TEA-ASSAM', 'Assam', 8.90, 1), (2, 0, 'TEA-SENCHA', 'Sencha', 12.50, 1), (3, 0, 'TEA-ROOIBOS', 'Rooibos', 6.40, 1);
insert into Product (id, version, sku, name, price, category_id) values (4, 0, 'COF-SIDAMO', 'Sidamo', 14.20, 2), (5, 0, 'COF-HUILA', 'Huila', 13.80, 2), (6, 0, 'CUP-BLUE', 'Blue cup', 9.00, 3);
insert into Review (id, product_id, stars, text) values (1, 1, 5, 'Malty and strong'), (2, 1, 4, 'Good with milk'), (3, 1, 2, 'Too strong for me'), (4, 4, 5, 'Like blueberries');
insert into orders (id, customer) values (1, 'Ada'), (2, 'Grace');
insert into OrderLine (id, order_id, product_id, quantity, unitPrice) values (1, 1, 1, 2, 8.90), (2, 1, 3, 1, 6.40), (3, 1, 6, 2, 9.00), (4, 2, 4, 1, 14.20);
